using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mandate.Rest;

/// <summary>The JSON context the API uses. Its answers are never put into HTML, so quotes and letters beyond ASCII need no escape.</summary>
internal static class RestJson
{
    public static RestJsonContext Context { get; } = new(new JsonSerializerOptions(RestJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
