namespace Mandate.Stateful;

/// <summary>placeholder</summary>
public sealed class RemoteTokenAuthority;
