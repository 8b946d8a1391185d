using Mandate.Temporal.Activities;

namespace Mandate.Stateful.Tests.Workflows;

/// <summary>Calls the workflow's API.</summary>
public sealed class CallActivities(HttpClient client)
{
    [Activity]
    public async Task<string> CallAsync(string path) => await client.GetStringAsync(new Uri(path, UriKind.Relative));

    /// <summary>Calls, and once that is answered calls again.</summary>
    [Activity]
    public async Task<string> CallTwiceAsync(string path)
    {
        await CallAsync($"{path}/first");
        return await CallAsync($"{path}/second");
    }
}
