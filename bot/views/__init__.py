"""State to text and buttons: pure functions and templates."""
