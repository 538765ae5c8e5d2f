"""Every verdict of policy, with its reasons and the nearest change that would turn it."""
