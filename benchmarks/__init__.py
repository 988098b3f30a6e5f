"""What the docs claim about speed, measured against the practice shop on this machine."""
