using System.Collections.Concurrent;
using Mandate.Temporal.Activities;
using Mandate.Temporal.Workflows;

namespace Mandate.Identity.Tests.Propagation;

public static class WhoActivities
{
    private static readonly ConcurrentDictionary<string, int> Attempts = new();

    public static ActivityOptions Options { get; } = new() { StartToCloseTimeout = TimeSpan.FromSeconds(30) };

    [Activity]
    public static string Who() => Principal.Current.ToString();

    /// <summary>Says for whom it works, but fails the first time for each key.</summary>
    [Activity]
    public static string WhoAtSecondAttempt(string key) =>
        Attempts.AddOrUpdate(key, 1, (_, n) => n + 1) > 1 ? $"{ActivityExecutionContext.Current.Info.Attempt} {Principal.Current}" : throw new InvalidOperationException("not yet");

    /// <summary>Tries to be somebody else.</summary>
    [Activity]
    public static string Impersonate()
    {
        try
        {
            using (Principal.Use(new("mallory", "umbrella")))
                return Principal.Current.ToString();
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }
}
