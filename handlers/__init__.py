"""Update, use case, view: one module per thing a person does."""
