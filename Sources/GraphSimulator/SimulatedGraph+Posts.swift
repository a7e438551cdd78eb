// POST /{page-id}/feed, POST /{page-id}/photos, GET and DELETE /{post-id}
extension SimulatedGraph {
    mutating func createPost(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let page = try publisher(call)
        let message = call["message"] ?? ""
        let hasAttachment = call["link"] != nil || call["attached_media[0]"] != nil
        guard !message.isEmpty || hasAttachment else { throw .emptyPost }
        let isPublished = try boolean("published", call) ?? true
        let isRepeated = state.posts.values.contains { post in
            post.page == page && post.isPublished && post.message == message
                && call.now - post.createdAt < 3600
        }
        if isPublished, isRepeated { throw .duplicatePost }
        let id = "\(page)_\(nextPostID())"
        state.posts[id] = Post(
            id: id, page: page, message: message, isPublished: isPublished, createdAt: call.now)
        return GraphResponse(["id": .string(id)])
    }

    mutating func createPhoto(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let page = try publisher(call)
        let isPublished = try boolean("published", call) ?? true
        if let source = call.files["source"] {
            guard Self.imageStarts.contains(where: source.starts) else { throw .invalidImage }
        } else if call["url"] == nil {
            throw .missingUpload
        }
        let id = nextPostID()
        state.posts[id] = Post(
            id: id, page: page, message: call["message"] ?? call["caption"],
            isPublished: isPublished, createdAt: call.now)
        var response: JSONObject = ["id": .string(id)]
        if isPublished { response["post_id"] = .string("\(page)_\(id)") }
        return GraphResponse(.object(response))
    }

    func post(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let id = call.segments[0]
        let token = try authenticate(call)
        guard let post = state.posts[id], token.page == post.page || post.isPublished else {
            throw .unsupported(method: "GET", id: id)
        }
        var object: JSONObject = [:]
        for field in (call.fields ?? ["created_time", "message"]) + ["id"] {
            switch field {
            case "id": object[field] = .string(post.id)
            case "message": object[field] = post.message.map { .string($0) }
            case "is_published": object[field] = .bool(post.isPublished)
            case "created_time": object[field] = .string(GraphTime.inResponse(post.createdAt))
            default: throw .unknownField(field, of: "Post")
            }
        }
        return GraphResponse(.object(object))
    }

    mutating func deletePost(_ call: Call) throws(GraphFailure) -> GraphResponse {
        let id = call.segments[0]
        let token = try authenticate(call)
        guard let post = state.posts[id], token.page == nil || token.page == post.page else {
            throw .unsupported(method: "DELETE", id: id)
        }
        try requirePublishing(token, on: post.page)
        state.posts[id] = nil
        return GraphResponse(["success": true])
    }

    /// Returns the page in the path, if the token may publish on it.
    private func publisher(_ call: Call) throws(GraphFailure) -> String {
        let token = try authenticate(call)
        let id = call.segments[0] == "me" ? token.page ?? "" : call.segments[0]
        guard state.pages[id] != nil, token.page == nil || token.page == id else {
            throw .unsupported(method: call.request.method, id: call.segments[0])
        }
        if token.page == nil, call["published"] == "false" { throw .unpublishedByUser }
        try requirePublishing(token, on: id)
        return id
    }

    /// Throws an error unless the token is that of the page, with the permissions and the task.
    private func requirePublishing(_ token: Token, on page: String) throws(GraphFailure) {
        let role = token.user.flatMap { state.users[$0] }?.roles.first { $0.page == page }
        let isAllowed =
            token.page == page && token.scopes.contains("pages_manage_posts")
            && role?.tasks.contains("CREATE_CONTENT") == true
        guard isAllowed else { throw .publishingNotAllowed }
    }

    private func boolean(_ name: String, _ call: Call) throws(GraphFailure) -> Bool? {
        switch call[name] {
        case nil: nil
        case "true", "1": true
        case "false", "0": false
        default: throw .notBoolean(name)
        }
    }

    private mutating func nextPostID() -> String {
        state.createdPosts += 1
        return String(1_220_000_000_000_000 + state.createdPosts)
    }

    /// The first bytes of JPEG, PNG and GIF files.
    private static let imageStarts: [[UInt8]] = [
        [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47], Array("GIF8".utf8),
    ]
}

// Errors about posts.
extension GraphFailure {
    static let emptyPost = GraphFailure(
        message: "(#197) The post is empty. Please enter a message to share.", code: 197)
    static let duplicatePost = GraphFailure(message: "(#506) Duplicate status message", code: 506)
    static let missingUpload = GraphFailure(message: "(#324) Requires upload file", code: 324)
    static let invalidImage = GraphFailure(
        message: "(#324) Missing or invalid image file", code: 324)
    static let unpublishedByUser = GraphFailure(
        status: 403,
        message: "(#200) Unpublished posts must be posted to a page as the page itself.",
        code: 200)
    static let publishingNotAllowed = GraphFailure(
        status: 403,
        message: "(#200) If posting to a group, requires app being installed in the group, and"
            + " either publish_to_groups permission with user token, or both"
            + " pages_read_engagement and pages_manage_posts permission with page token; If posting"
            + " to a page, requires both pages_read_engagement and pages_manage_posts as an admin"
            + " with sufficient administrative permission", code: 200)

    static func notBoolean(_ name: String) -> GraphFailure {
        GraphFailure(message: "(#100) Param \(name) must be a boolean", code: 100)
    }
}
