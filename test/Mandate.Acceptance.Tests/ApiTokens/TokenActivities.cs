using Mandate.Temporal.Activities;

namespace Mandate.Acceptance.Tests.ApiTokens;

/// <summary>Calls the workflow's API with its token.</summary>
public sealed class TokenActivities(IHttpClientFactory clients)
{
    [Activity("call-api")]
    public async Task<string> CallAsync(string path)
    {
        using var client = clients.CreateClient("api-token");
        return await client.GetStringAsync(new Uri(path, UriKind.Relative));
    }
}
