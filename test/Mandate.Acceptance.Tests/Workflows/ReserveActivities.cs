using System.Text;
using Mandate.Temporal.Activities;

namespace Mandate.Acceptance.Tests.Workflows;

/// <summary>Calls services in the name of the run's user.</summary>
public sealed class ReserveActivities(IHttpClientFactory clients)
{
    /// <summary>The service's answer, or the status it refused with.</summary>
    [Activity]
    public async Task<string> ReserveAsync(string service, string item)
    {
        using var client = clients.CreateClient(service);
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri($"reservations/{item}", UriKind.Relative), body);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : $"refused {(int)response.StatusCode}";
    }
}
