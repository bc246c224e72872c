"""What everything may know: text in two languages, money, dates, ids, errors, contracts and who calls. It does nothing by itself."""
