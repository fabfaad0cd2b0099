"""The catalogue of KPIs, how they are asked, and how a figure is traced."""
