namespace Mandate.Demo;

/// <summary>The demonstration cannot go on; the message says at what it failed.</summary>
internal sealed class DemoException(string message) : Exception(message);
