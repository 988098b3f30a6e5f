"""What we talk about: orders, tickets, products, money, people. No IO, imports nothing of ours."""
