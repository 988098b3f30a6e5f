"""What a person types, a module for each thing it does; imported only when it is typed."""
