namespace Mandate.Engine;

/// <summary>Another engine holds the data directory. One process owns a store at a time.</summary>
public sealed class EngineStoreLockedException : Exception
{
    internal EngineStoreLockedException(string directory, int? holderProcessId, Exception inner)
        : base(Describe(directory, holderProcessId), inner)
    {
        Directory = directory;
        HolderProcessId = holderProcessId;
    }

    /// <summary>The data directory in question.</summary>
    public string Directory { get; }

    /// <summary>Process id of the holder, when it could be read.</summary>
    public int? HolderProcessId { get; }

    private static string Describe(string directory, int? holder)
    {
        var who = holder is { } pid ? $"process {pid}" : "another process";
        return $"The data directory '{directory}' is in use by {who}. One engine owns a store: stop the other one, or choose another directory.";
    }
}
