"""What moto's services lack of what ours need."""
