"""The texts of the bot and their translations: taken from the templates, kept in step, checked."""
