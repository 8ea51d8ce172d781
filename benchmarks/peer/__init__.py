"""The assistant that people would otherwise run: Rasa's default deployment, from our domain and training data."""
