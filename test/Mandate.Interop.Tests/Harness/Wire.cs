using System.Text;

namespace Mandate.Interop.Tests.Harness;

/// <summary>Parts of requests as they stand on the wire, for calls that no SDK makes so.</summary>
internal static class Wire
{
    /// <summary>A payload of JSON text.</summary>
    public static object Json(string text) => new { metadata = new { encoding = Base64("json/plain") }, data = Base64(text) };

    /// <summary>A payload of JSON text that is the name of a gate: TypeScript workers hand their workflows whether it is open, and workflows in C# look themselves.</summary>
    public static object Gate(string name) => new { metadata = new { encoding = Base64("json/plain"), gate = Base64(name) }, data = Base64($"\"{name}\"") };

    /// <summary>A link to an event of another workflow.</summary>
    public static object Link(string workflowId, int eventId) => new
    {
        workflowEvent = new { @namespace = "default", workflowId, runId = "4d3a4f4e-0000-4000-8000-000000000001", eventRef = new { eventId, eventType = 10 } },
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
