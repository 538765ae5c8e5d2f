"""Many returns in one call: taken at once, carried out as a job, told of one by one."""
