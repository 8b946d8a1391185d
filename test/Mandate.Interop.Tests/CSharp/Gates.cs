using System.Collections.Concurrent;

namespace Mandate.Interop.Tests.CSharp;

/// <summary>Places where activities wait until a test lets them go on, so that no test depends on time.</summary>
public sealed class Gates
{
    private readonly ConcurrentDictionary<string, Gate> _gates = new();

    public int Arrivals(string name) => At(name).Arrived;

    public void Open(string name) => At(name).Opened.TrySetResult();

    public Task PassAsync(string name)
    {
        var gate = At(name);
        Interlocked.Increment(ref gate.Arrived);
        return gate.Opened.Task;
    }

    /// <summary>Comes to a gate and says whether it is open, without waiting.</summary>
    public bool Look(string name) => PassAsync(name).IsCompleted;

    private Gate At(string name) => _gates.GetOrAdd(name, _ => new Gate());

    private sealed class Gate
    {
        public int Arrived;

        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
