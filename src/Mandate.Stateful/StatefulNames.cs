namespace Mandate.Stateful;

/// <summary>Names on Temporal's wire.</summary>
public static class StatefulNames
{
    /// <summary>Signal and query: a workflow's API token.</summary>
    public const string ApiToken = "apiToken";

    /// <summary>Signal and query: the API a workflow calls.</summary>
    public const string ApiUrl = "apiUrl";

    /// <summary>Query: a workflow's token and its children.</summary>
    public const string ApiTokenTree = "apiTokenTree";

    /// <summary>Update: replaces the token of a workflow and those below it.</summary>
    public const string RotateApiToken = "rotateApiToken";

    /// <summary>Update: revokes the token of a workflow and those below it.</summary>
    public const string RevokeApiToken = "revokeApiToken";

    /// <summary>Signal from a child: it, and all below it, have what the parent sent.</summary>
    public const string Acknowledged = "apiTokenAcknowledged";

    /// <summary>Signal from a child: it goes on in another run, or it ends.</summary>
    public const string Child = "apiTokenChild";

    /// <summary>Signal from a parent to a child that does not follow its token: it brings nothing, and shows the parent whether the child still runs.</summary>
    public const string Parent = "apiTokenParent";

    /// <summary>Header of a start: what the parent, or the run before, hands on. Holds no secret.</summary>
    public const string TreeHeader = "mandate-tree";

    /// <summary>Header of an activity: reference and address that its calls use.</summary>
    public const string TokenHeader = "mandate-api-token";

    /// <summary>Scope a person or service needs to set, rotate and revoke API tokens.</summary>
    public const string RotateScope = "token:rotate";
}
