//! The files of a commit, read from the store of objects: nothing is checked out, no filter and no
//! hook is run, and nothing is fetched.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice as _};
use gix::objs::tree::EntryKind;

use super::trouble;
use crate::cli::Failure;
use crate::cli::project::LARGEST;
use crate::cli::project::files::{Entry, Files, Kind, too_large};

/// How many files and folders of one commit are looked at: a few hundred objects can stand for
/// more paths than could ever be walked.
const MOST: usize = 1_000_000;
/// The longest path in bytes below which is looked, that of most systems.
const LONGEST: usize = 4096;
/// How many symbolic links one path may lead through, as many as on Linux.
const LINKS: usize = 40;

/// A folder: its entries by name.
type Folder = BTreeMap<BString, (EntryKind, ObjectId)>;

/// The files of one commit; paths are relative to the repository's root.
pub(super) struct Tree<'r> {
    repository: &'r gix::Repository,
    root: ObjectId,
    folders: RefCell<BTreeMap<ObjectId, Rc<Folder>>>,
    /// Folders that were listed, by the path they were listed by: their one path, and their entries.
    listed: RefCell<BTreeMap<PathBuf, (PathBuf, Rc<Folder>)>>,
    seen: Cell<usize>,
    submodules: RefCell<Vec<String>>,
    failure: RefCell<Option<Failure>>,
}

/// What is at a path, links followed.
#[derive(Clone, Copy)]
enum Node {
    Folder(ObjectId),
    File(ObjectId),
}

/// Why nothing is at a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// There is no such file or folder.
    Nothing,
    /// The way leads out of the repository.
    Outside,
    /// The way leads into a submodule: its files are in a repository of its own.
    Submodule,
    /// The way leads through too many symbolic links.
    Endless,
    /// An object on the way cannot be read.
    Unreadable,
}

impl Missing {
    /// Why a file cannot be read.
    fn why(self) -> &'static str {
        match self {
            Missing::Nothing => "there is no such file",
            Missing::Outside => "it is a symbolic link that leads out of the repository",
            Missing::Submodule => "it is in a submodule, and revisions hold no files of those",
            Missing::Endless => "too many levels of symbolic links",
            Missing::Unreadable => "an object is missing",
        }
    }
}

impl<'r> Tree<'r> {
    /// The files below a tree object.
    pub fn new(repository: &'r gix::Repository, root: ObjectId) -> Self {
        Self {
            repository,
            root,
            folders: RefCell::default(),
            listed: RefCell::default(),
            seen: Cell::new(0),
            submodules: RefCell::default(),
            failure: RefCell::default(),
        }
    }

    /// Whether a folder is at a path, links followed.
    pub fn folder(&self, path: &Path) -> Result<bool, Missing> {
        self.find(path)
            .map(|(_, node)| matches!(node, Node::Folder(_)))
    }

    /// The submodules that were met and not looked into, by path, sorted.
    pub fn submodules(&self) -> Vec<String> {
        let mut submodules = self.submodules.borrow().clone();
        submodules.sort();
        submodules.dedup();
        submodules
    }

    /// The first thing that kept an object from being read, or the tree from being walked.
    ///
    /// # Errors
    /// With that.
    pub fn whole(&self) -> Result<(), Failure> {
        self.failure.borrow().clone().map_or(Ok(()), Err)
    }

    fn fail(&self, failure: Failure) {
        self.failure.borrow_mut().get_or_insert(failure);
    }

    /// The entries of a folder.
    fn entries_of(&self, id: ObjectId) -> Option<Rc<Folder>> {
        if let Some(known) = self.folders.borrow().get(&id) {
            return Some(Rc::clone(known));
        }
        let data = self.object(id)?;
        let mut folder = Folder::new();
        for entry in gix::objs::TreeRefIter::from_bytes(&data, id.kind()) {
            let Ok(entry) = entry else {
                self.fail(trouble::damaged(self.repository, id));
                return None;
            };
            let entry = (
                entry.filename.to_owned(),
                (entry.mode.kind(), entry.oid.to_owned()),
            );
            folder.insert(entry.0, entry.1);
        }
        let folder = Rc::new(folder);
        self.folders.borrow_mut().insert(id, Rc::clone(&folder));
        Some(folder)
    }

    fn object(&self, id: ObjectId) -> Option<Vec<u8>> {
        let found = self.repository.find_object(id);
        if found.is_err() {
            self.fail(trouble::damaged(self.repository, id));
        }
        found.ok().map(|object| object.detach().data)
    }

    /// The entry at a path whose folder was listed: the folder's one path, and the entry's name.
    fn listed_entry<'p>(
        &self,
        path: &'p Path,
    ) -> Option<(PathBuf, &'p Path, (EntryKind, ObjectId))> {
        let (folder, name) = (path.parent()?, Path::new(path.file_name()?));
        let listed = self.listed.borrow();
        let (folder, entries) = listed.get(folder)?;
        let entry = entries.get(&bytes_of(name))?;
        Some((folder.clone(), name, *entry))
    }

    /// What a path leads to, and the one path of that.
    fn find(&self, path: &Path) -> Result<(PathBuf, Node), Missing> {
        if let Some((folder, name, (kind, id))) = self.listed_entry(path) {
            match kind {
                EntryKind::Tree => return Ok((folder.join(name), Node::Folder(id))),
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    return Ok((folder.join(name), Node::File(id)));
                }
                EntryKind::Link | EntryKind::Commit => {}
            }
        }
        let mut way = VecDeque::new();
        for component in path.components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => way.push_back(BString::from("..")),
                Component::Normal(name) => way.push_back(bytes_of(name.as_ref())),
                Component::RootDir | Component::Prefix(_) => return Err(Missing::Outside),
            }
        }
        let mut passed: Vec<(BString, ObjectId)> = Vec::new();
        let mut links = 0;
        while let Some(name) = way.pop_front() {
            if name == ".." {
                passed.pop().ok_or(Missing::Outside)?;
                continue;
            }
            let at = passed.last().map_or(self.root, |&(_, id)| id);
            let folder = self.entries_of(at).ok_or(Missing::Unreadable)?;
            let &(kind, id) = folder.get(&name).ok_or(Missing::Nothing)?;
            match kind {
                EntryKind::Tree => passed.push((name, id)),
                EntryKind::Commit => return Err(Missing::Submodule),
                EntryKind::Blob | EntryKind::BlobExecutable => {
                    if !way.is_empty() {
                        return Err(Missing::Nothing);
                    }
                    let mut path = path_of(&passed);
                    path.push(os_string(name.as_bstr()));
                    return Ok((path, Node::File(id)));
                }
                EntryKind::Link => {
                    links += 1;
                    if links > LINKS {
                        return Err(Missing::Endless);
                    }
                    if self.size(id).ok_or(Missing::Unreadable)? > LONGEST as u64 {
                        return Err(Missing::Nothing);
                    }
                    let target = self.object(id).ok_or(Missing::Unreadable)?;
                    if target.is_empty() {
                        return Err(Missing::Nothing);
                    }
                    if target.starts_with(b"/") {
                        return Err(Missing::Outside);
                    }
                    for step in target.rsplit(|&byte| byte == b'/') {
                        if !step.is_empty() && step != b"." {
                            way.push_front(BString::from(step));
                        }
                    }
                }
            }
        }
        let at = passed.last().map_or(self.root, |&(_, id)| id);
        Ok((path_of(&passed), Node::Folder(at)))
    }

    /// The size of an object in bytes, without reading all of it.
    fn size(&self, id: ObjectId) -> Option<u64> {
        let header = self.repository.find_header(id);
        if header.is_err() {
            self.fail(trouble::damaged(self.repository, id));
        }
        header.ok().map(|header| header.size())
    }
}

impl Files for Tree<'_> {
    fn entries(&self, folder: &Path) -> Result<Vec<Result<Entry, String>>, String> {
        let (canonical, id) = match self.find(folder) {
            Ok((path, Node::Folder(id))) => (path, id),
            Ok((_, Node::File(_))) => return Err("it is a file, not a folder".into()),
            Err(missing) => return Err(missing.why().into()),
        };
        if folder.as_os_str().len() > LONGEST {
            return Err(format!("its path is longer than {LONGEST} bytes"));
        }
        let entries = self.entries_of(id).ok_or("an object is missing")?;
        let seen = self.seen.get() + entries.len();
        self.seen.set(seen);
        if seen > MOST {
            self.fail(
                Failure::new(format!("there are more than {MOST} files and folders"))
                    .help("name the folder of the project, not one far above it"),
            );
            return Err("there are too many files".into());
        }
        let known = (canonical, Rc::clone(&entries));
        self.listed.borrow_mut().insert(folder.to_owned(), known);
        let mut listed = Vec::with_capacity(entries.len());
        for (name, &(kind, _)) in entries.iter() {
            if name.is_empty() || name == "." || name == ".." || name.contains(&b'/') {
                listed.push(Err("a file in it has a name that none can have".into()));
                continue;
            }
            let entry = Entry {
                name: os_string(name.as_bstr()),
                is_folder: kind == EntryKind::Tree,
            };
            if kind == EntryKind::Commit {
                let path = shown(&folder.join(&entry.name));
                self.submodules.borrow_mut().push(path);
            } else {
                listed.push(Ok(entry));
            }
        }
        Ok(listed)
    }

    fn kind(&self, path: &Path) -> Option<Kind> {
        Some(match self.find(path).ok()?.1 {
            Node::Folder(_) => Kind::Folder,
            Node::File(_) => Kind::File,
        })
    }

    fn is_link(&self, path: &Path) -> bool {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return false;
        };
        if let Some((_, _, (kind, _))) = self.listed_entry(path) {
            return kind == EntryKind::Link;
        }
        let Ok((_, Node::Folder(id))) = self.find(folder) else {
            return false;
        };
        self.entries_of(id)
            .and_then(|entries| entries.get(&bytes_of(name.as_ref())).copied())
            .is_some_and(|(kind, _)| kind == EntryKind::Link)
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        self.find(path).ok().map(|(path, _)| path)
    }

    fn bytes(&self, path: &Path) -> Result<Vec<u8>, String> {
        let id = match self.find(path) {
            Ok((_, Node::File(id))) => id,
            Ok((_, Node::Folder(_))) => return Err("it is not a file".into()),
            Err(missing) => return Err(missing.why().into()),
        };
        let missing = || Missing::Unreadable.why().to_owned();
        if self.size(id).ok_or_else(missing)? > LARGEST {
            return Err(too_large());
        }
        self.object(id).ok_or_else(missing)
    }

    fn absence(&self, folder: &Path) -> &'static str {
        match self.find(folder) {
            Ok(_) | Err(Missing::Nothing | Missing::Endless) => "there is no such folder",
            Err(Missing::Outside) => "that is outside of the repository",
            Err(Missing::Submodule) => "that is in a submodule, of which a revision holds no files",
            Err(Missing::Unreadable) => "an object on the way there is missing",
        }
    }
}

/// A path as it is written, `/`-separated.
pub(super) fn shown(path: &Path) -> String {
    path.components()
        .map(|component| component.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

fn path_of(passed: &[(BString, ObjectId)]) -> PathBuf {
    passed
        .iter()
        .map(|(name, _)| os_string(name.as_bstr()))
        .collect()
}

/// A name as the system has it; what it cannot have is replaced.
fn os_string(name: &BStr) -> OsString {
    gix::path::from_bstr(name).map_or_else(
        |_| name.to_str_lossy().into_owned().into(),
        |path| path.into_owned().into_os_string(),
    )
}

fn bytes_of(name: &Path) -> BString {
    gix::path::into_bstr(name).map_or_else(
        |_| name.to_string_lossy().into_owned().into(),
        std::borrow::Cow::into_owned,
    )
}
