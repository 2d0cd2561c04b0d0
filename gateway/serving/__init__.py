"""The plain profile's server: requests are taken in whole before a thread hears of them."""
