using System.Text;

namespace Mandate.Interop.Tests.Harness;

/// <summary>Parts of requests as they stand on the wire, for calls that no SDK makes so.</summary>
internal static class Wire
{
    /// <summary>A payload of JSON text.</summary>
    public static object Json(string text) => new { metadata = new { encoding = Base64("json/plain") }, data = Base64(text) };

    /// <summary>A link to an event of another workflow.</summary>
    public static object Link(string workflowId, int eventId) => new
    {
        workflowEvent = new { @namespace = "default", workflowId, runId = "4d3a4f4e-0000-4000-8000-000000000001", eventRef = new { eventId, eventType = 10 } },
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
