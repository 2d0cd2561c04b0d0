"""What tests share: invented universities, installations in a folder, a network to break."""
