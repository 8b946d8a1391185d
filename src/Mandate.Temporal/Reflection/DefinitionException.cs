namespace Mandate.Temporal.Reflection;

/// <summary>A class, method or option cannot be what it was registered as.</summary>
internal sealed class DefinitionException(string message) : ArgumentException(message);
