"""What must survive: tables, migrations, one module per table family."""
