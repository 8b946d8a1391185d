using Mandate.Demo.Report;
using Mandate.Demo.Runs;

namespace Mandate.Demo.View;

/// <summary>Shows nothing: standard output belongs to the JSON document.</summary>
internal sealed class SilentView : IDemoView
{
    /// <inheritdoc/>
    public Task<T> ShowAsync<T>(Func<Task<T>> work) => work();

    /// <inheritdoc/>
    public void Tell(string what)
    {
    }

    /// <inheritdoc/>
    public void Update(IReadOnlyList<Run> runs)
    {
    }

    /// <inheritdoc/>
    public void Conclude(DemoReport report)
    {
    }
}
