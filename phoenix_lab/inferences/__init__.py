"""What the data is: dataframes, the roles of their columns, and their values as Arrow."""
