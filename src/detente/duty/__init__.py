"""What a good bears on a day: schedules by date, duties from the record, and their sum."""
