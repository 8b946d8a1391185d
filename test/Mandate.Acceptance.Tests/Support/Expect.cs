using System.Net;
using System.Text.Json;

namespace Mandate.Acceptance.Tests.Support;

/// <summary>What answers of the REST API must look like.</summary>
internal static class Expect
{
    /// <summary>An RFC 9457 problem with this status and kind.</summary>
    public static void Problem((HttpStatusCode Status, JsonElement Body) answer, HttpStatusCode status, string kind)
    {
        answer.Status.ShouldBe(status, answer.Body.ToString());
        answer.Body.GetProperty("type").GetString().ShouldBe($"urn:mandate:problem:{kind}");
        answer.Body.GetProperty("status").GetInt32().ShouldBe((int)status);
        answer.Body.GetProperty("title").GetString().ShouldNotBeNullOrWhiteSpace();
        answer.Body.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        answer.Body.GetProperty("traceId").GetString().ShouldNotBeNullOrWhiteSpace();
    }

    /// <summary>An answer that is not an error.</summary>
    public static JsonElement Success((HttpStatusCode Status, JsonElement Body) answer, HttpStatusCode status)
    {
        answer.Status.ShouldBe(status, answer.Body.ToString());
        return answer.Body;
    }
}
