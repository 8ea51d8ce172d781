"""The side panel of the call center: calls, chats, policies, conversations of the past, the policy desk."""
