namespace Mandate.Temporal.Worker.Polling;

/// <summary>Waiting for loops that end together.</summary>
internal static class LoopTasks
{
    /// <summary>Ends when all have, or with the first error.</summary>
    internal static async Task WhenAllOrFirstErrorAsync(IEnumerable<Task> loops)
    {
        var running = loops.ToList();
        while (running.Count > 0)
        {
            var ended = await Task.WhenAny(running).ConfigureAwait(false);
            running.Remove(ended);
            await ended.ConfigureAwait(false);
        }
    }
}
