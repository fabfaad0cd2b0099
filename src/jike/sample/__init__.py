"""The invented province: a delivery that shows everything."""
