"""How it gets there in time: orders, stock, kitchen day, routes, papers. No health facts."""
