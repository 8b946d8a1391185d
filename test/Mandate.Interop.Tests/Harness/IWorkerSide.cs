namespace Mandate.Interop.Tests.Harness;

/// <summary>Workers of either language. Both know workflows and activities of the same names that give the same commands.</summary>
public interface IWorkerSide
{
    /// <summary>Task queue of this language.</summary>
    string Queue { get; }

    /// <summary>Starts a worker; disposing it shuts it down gracefully.</summary>
    /// <param name="address">The service.</param>
    /// <param name="cached">False for a worker that keeps no workflow in memory.</param>
    /// <param name="ns">The namespace.</param>
    Task<IAsyncDisposable> StartAsync(string address, bool cached = true, string ns = "default");

    /// <summary>How often activities have come to a gate.</summary>
    Task<int> ArrivalsAsync(string gate);

    /// <summary>Lets the activities at a gate go on.</summary>
    Task OpenAsync(string gate);
}
