using System.ComponentModel;

namespace Mandate.Rest.Model;

/// <summary>Problem details of RFC 9457.</summary>
internal sealed record Problem(
    [property: Description("Stable name of the kind of problem, a URN.")] string Type,
    [property: Description("The kind of problem in words.")] string Title,
    [property: Description("The HTTP status.")] int Status,
    [property: Description("What is wrong with this request, and what to do.")] string Detail,
    [property: Description("The path asked for.")] string Instance,
    [property: Description("Names this request in the service's logs and ledger.")] string TraceId);
