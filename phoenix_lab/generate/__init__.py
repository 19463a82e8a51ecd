"""What models make from data: vectors, and calls of endpoints that speak OpenAI's protocol. The only room from which data leaves the machine."""
