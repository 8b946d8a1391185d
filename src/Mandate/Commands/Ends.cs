namespace Mandate.Commands;

/// <summary>What ends a command.</summary>
internal static class Ends
{
    /// <summary>Nothing does.</summary>
    public static Task Never { get; } = new TaskCompletionSource().Task;

    /// <summary>Completes, without an error, when <paramref name="cancellation"/> is requested.</summary>
    public static async Task OfAsync(CancellationToken cancellation) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Completes when standard input ends, as it does when the program at its other end ends, however it ends.</summary>
    public static async Task OfInputAsync()
    {
        var input = Console.OpenStandardInput();
        await using (input)
        {
            var buffer = new byte[256];
            while (await input.ReadAsync(buffer) > 0)
            {
                // Whatever is written there is of no interest.
            }
        }
    }
}
