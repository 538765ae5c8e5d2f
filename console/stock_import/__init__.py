"""Stock files: uploaded, tried out line by line, then taken as a job."""
