"""What models make from data: calls of endpoints that speak OpenAI's protocol. The only room from which data leaves the machine."""
