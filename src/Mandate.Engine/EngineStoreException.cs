namespace Mandate.Engine;

/// <summary>The store could not be opened, read or written. The message names the directory, the cause and what to do.</summary>
public sealed class EngineStoreException : Exception
{
    internal EngineStoreException(EngineStoreProblem problem, string message, Exception? inner = null)
        : base(message, inner) => Problem = problem;

    /// <summary>What is wrong with the store.</summary>
    public EngineStoreProblem Problem { get; }
}
