namespace Mandate.Credentials.Vault;

/// <summary>Whose child the newest workflow of an id is.</summary>
public enum ChildLife
{
    /// <summary>Another's, or there is none.</summary>
    Nobodys,

    /// <summary>It has run since the time that was asked for, and ended.</summary>
    HasRun,

    /// <summary>It runs.</summary>
    Runs,
}
