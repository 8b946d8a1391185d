using Mandate.Temporal.Activities;

namespace Mandate.Identity.Tests.Propagation;

/// <summary>Calls a service as an application's activity does.</summary>
public sealed class CallingActivities(IHttpClientFactory clients)
{
    [Activity]
    public async Task<string> CallAsync(string address)
    {
        using var client = clients.CreateClient("orders");
        return await client.GetStringAsync(new Uri(address), ActivityExecutionContext.Current.CancellationToken);
    }
}
