"""What tests share: invented universities, installations in memory of a folder, a network to break."""
