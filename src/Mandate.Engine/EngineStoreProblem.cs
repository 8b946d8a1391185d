namespace Mandate.Engine;

/// <summary>What can be wrong with an engine's store.</summary>
public enum EngineStoreProblem
{
    /// <summary>Reading or writing failed for a reason of the device or the operating system.</summary>
    Unreadable = 0,

    /// <summary>No room is left on the device, or a size limit of the process or the store was reached.</summary>
    Full = 1,

    /// <summary>Stored bytes are not what was written.</summary>
    Corrupt = 2,

    /// <summary>The store was written by a newer version of the engine.</summary>
    TooNew = 3,
}
