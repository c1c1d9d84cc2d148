"""What Excel writes: its workbook, the cells of a sheet, how they are shown, and which of them are a table."""
