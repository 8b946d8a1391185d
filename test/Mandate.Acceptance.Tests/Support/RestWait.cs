using System.Net;
using System.Text.Json;

namespace Mandate.Acceptance.Tests.Support;

/// <summary>Waits for what the REST API tells.</summary>
internal static class RestWait
{
    /// <summary>The execution once it has ended.</summary>
    public static async Task<JsonElement> UntilEndedAsync(RestClient rest, string workflowId)
    {
        var ended = await Patience.UntilAsync(
            async () =>
            {
                var (status, body) = await rest.GetAsync($"/v1/executions/{Uri.EscapeDataString(workflowId)}");
                status.ShouldBe(HttpStatusCode.OK, body.ToString());
                return body.GetProperty("status").GetString() == "running" ? null : (object)body;
            },
            $"the end of {workflowId}");
        return (JsonElement)ended;
    }
}
