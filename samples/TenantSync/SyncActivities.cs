using Mandate.Temporal.Activities;

namespace TenantSync;

/// <summary>Calls the API of whichever workflow asks: the client knows its address and redeems its token for each request.</summary>
public sealed class SyncActivities(IHttpClientFactory clients)
{
    [Activity]
    public async Task<int> SyncAsync(string path)
    {
        using var client = clients.CreateClient("api-token");
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsByteArrayAsync()).Length;
    }
}
